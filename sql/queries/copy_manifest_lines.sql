-- Takes in the lines of a manifest as they are: neither byte can stand in JSON.
copy manifest_text (doc) from stdin (format csv, delimiter e'\x02', quote e'\x01')
