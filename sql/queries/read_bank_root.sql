-- What kind of message a bank's file is. $1 its text.
-- Out: namespace, message text: the name of the element within the document, message_id text.
select (xpath('namespace-uri(/*)', d.doc))[1]::text as namespace,
  (xpath('local-name(/*/*)', d.doc))[1]::text as message,
  (xpath('string(/*/*/*[local-name()="GrpHdr"]/*[local-name()="MsgId"])', d.doc))[1]::text
    as message_id
from (select xmlparse(document $1::text) as doc) d
