"""What delta-rs must not do by itself after a commit."""

from deltalake import PostCommitHookProperties

# A commit must never write a checkpoint or delete log entries by itself: both wait until it is on disk.
HOOKS = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
