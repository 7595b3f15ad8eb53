"""Pages of one's own login: sign in and out, lock and unlock the screen, change the password."""
