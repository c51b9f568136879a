DELETE FROM setup_links
