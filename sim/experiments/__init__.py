"""Many runs: what varies, on how many cores, and where the results stay."""
