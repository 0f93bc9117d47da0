"""Every fault a replay can inject: in the workers, between the processes, at the edges."""
