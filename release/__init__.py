"""What a release is made and checked with: wheels, licences, sizes. Not part of the package."""
