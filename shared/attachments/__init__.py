"""Photos: checked, re-encoded, stored under names of our own. The caller authorises."""
