"""One importable folder per Lambda function."""
