"""What people take along: tables, charts as pictures, pages on paper, each with its trust label."""
