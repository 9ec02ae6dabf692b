"""What must hold of a store and of the machine under it: looked through, told, and mended where it follows from the rest."""
