"""What people agree on when they meet over the figures: who does what until when."""
