-- question: which URLs were asked for on hosts of which an indicator lists a URL?
-- params:   run UInt64 (candidates of the run in `match`; `scan_source` the sources)
-- returns:  url as written, each once
SELECT DISTINCT url
FROM network
WHERE source IN (SELECT source FROM scan_source WHERE run = {run:UInt64})
  AND url != ''
  AND (domain IN (SELECT value FROM match WHERE run = {run:UInt64} AND kind = 'domain' AND how IN ('url', 'url_only'))
    OR dst_ip IN (SELECT value FROM match WHERE run = {run:UInt64} AND kind = 'ip' AND how IN ('url', 'url_only')))
