SELECT
    id,
    content_type,
    title,
    content,
    url
FROM section_content
WHERE
    section_id IN (
        SELECT profile_sections.id FROM profile_sections
        WHERE profile_sections.id = :section
    )
ORDER BY display_order, id
