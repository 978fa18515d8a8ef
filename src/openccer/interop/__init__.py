"""What other systems write and read: the official public register, and our registry out and back.

register/ reads and checks what the official register publishes, and writes ours in its fields.
exports/ writes our registry for CAD Trust, CDOP and as tables with proof; neither knows the other.
"""
