SELECT
  a.id, a.number, a.at, a.revision, a.outcome, a.detail,
  sent.content AS request_body, around.opening || e.payload || around.closing AS request_text,
  answer.content AS response_body
FROM attempts a
LEFT JOIN events e ON e.id = $1
LEFT JOIN envelopes around ON around.event_id = $1 AND around.hash = a.request_body
LEFT JOIN bodies sent ON sent.event_id = $1 AND sent.hash = a.request_body
LEFT JOIN bodies answer ON answer.event_id = $1 AND answer.hash = a.response_body
WHERE a.delivery_id = $2
ORDER BY a.number
