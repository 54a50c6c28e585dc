"""What the operator needs: health, the embedded servers, the process that runs everything."""
