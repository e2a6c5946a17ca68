"""Parts of tables that are typed into: where somebody is, the editor of a cell, why a text was refused."""
