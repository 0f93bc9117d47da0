"""Everything that touches the outside: the only place for third-party libraries."""
