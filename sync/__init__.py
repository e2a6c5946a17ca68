"""Both ends of the wire: protocol, merge, engine, transport, agent and bundle."""
