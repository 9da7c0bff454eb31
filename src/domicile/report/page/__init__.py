"""What the reports share: the page's frame and style, the map, cells of tables, the PDF."""
