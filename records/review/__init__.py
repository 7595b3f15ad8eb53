"""What the quality unit looked at, decided and investigated."""
