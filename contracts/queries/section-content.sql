SELECT
    id,
    content_type,
    title,
    content,
    url
FROM section_content
WHERE section_id = :section
ORDER BY display_order, id
