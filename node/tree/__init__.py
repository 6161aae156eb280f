"""What it stores: znodes, their ACLs and their watches."""
