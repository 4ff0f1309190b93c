"""From what a run left behind to scores that cannot flatter; runs nothing itself."""
