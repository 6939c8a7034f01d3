"""Parses and elaborates Verilog with slang; prints its errors: slang.py TOP FILE...

Its opinions on mixed signedness are left to Verilator's -Wall, which is stricter and has nothing to say.
"""

import sys

import pyslang
from pyslang import ast, syntax

top, *files = sys.argv[1:]
compilation = ast.Compilation()
for name in files:
    compilation.addSyntaxTree(syntax.SyntaxTree.fromFile(name))
tops = [instance.name for instance in compilation.getRoot().topInstances]
diagnostics = [found for found in compilation.getAllDiagnostics() if found.isError()]
report = pyslang.DiagnosticEngine.reportAll(compilation.sourceManager, diagnostics) if diagnostics else ""
# a deferred top is instantiated by nobody: the network and nothing else
if top not in tops:
    report += f"{top} is no top module, found {tops}\n"
print(report, end="")
sys.exit(1 if report else 0)
