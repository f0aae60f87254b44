"""What people open: pages, slides, papers, the site, the classroom, releases."""
