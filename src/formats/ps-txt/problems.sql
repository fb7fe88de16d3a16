-- question: what is wrong with the lines of ps that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: the line that names the columns
SELECT record, 'bad_record' AS code, 'not a process in the columns that the first line names' AS detail, line
FROM {lines:Identifier}
WHERE match(line, '[^\\s]') AND NOT match(line, '^USER +UID .* COMMAND *\\s*$')
