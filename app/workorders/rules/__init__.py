"""What may become of an order, how an intervention is told, and what its dates mean today."""
