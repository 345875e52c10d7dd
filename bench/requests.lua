-- Load for wrk: sends the requests of a file in turn and ends with one line of JSON about them.
-- Each line of the file is a path, a token ("-" for none) and perhaps a method of its own, separated by blanks.
-- Arguments: METHOD FILE PAUSE_MS BEGUN [CONTENT_TYPE BODY]; a pause paces each connection instead of saturating the
-- server, BEGUN is how many requests were sent before.

local requests, at = {}, 0

function init(args)
  local method, file, pause, kind, body = args[1], args[2], tonumber(args[3]), args[5], args[6]
  at = tonumber(args[4])
  for line in io.lines(file) do
    local path, token, own = line:match("^(%S+) (%S+) ?(%S*)$")
    local headers = { ["Host"] = "localhost" }
    if token ~= "-" then headers["X-Auth-Token"] = token end
    if kind then headers["Content-Type"] = kind end
    requests[#requests + 1] = wrk.format(own ~= "" and own or method, path, headers, body)
  end
  if pause > 0 then
    function delay() return math.random(0, 2 * pause) end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    'SUMMARY {"requests": %d, "seconds": %.6f, "refused": %d, "broken": %d, "p50_ms": %.3f, "p95_ms": %.3f, "p99_ms": %.3f}\n',
    summary.requests, summary.duration / 1e6, failed.status, failed.connect + failed.read + failed.write + failed.timeout,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3))
end
