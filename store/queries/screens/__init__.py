"""Questions that the pages ask, one file a page. Every one is answered within one organisation."""
