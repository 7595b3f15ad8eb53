"""The demo site Alder Ridge: told with commands, never with raw inserts, so that its audit trail is real."""
