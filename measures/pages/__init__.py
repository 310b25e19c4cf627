"""What anybody may read of joint measures."""
