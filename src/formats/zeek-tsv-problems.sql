-- question: what is wrong with the lines of a Zeek TSV log that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
SELECT record, 'bad_record' AS code, 'time or client address cannot be read in its columns' AS detail, line
FROM {lines:Identifier}
WHERE NOT startsWith(line, '#') AND match(line, '[^\\s]')
