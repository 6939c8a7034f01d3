{#- The banner of every generated module. Context: `h`, a blocks::header::Header -#}
// {= h.module =}: {= h.sentence =}
//
// {= h.origin =} Edit that file, not this one.
//
//   shape     {= h.shape =}
//   format    {= h.format =}
//   latency   {= h.latency =}
//   interval  {= h.interval =}
//   cost      {= h.cost =}
//   model     {= h.model =}

`default_nettype none
