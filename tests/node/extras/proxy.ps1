# The way out is a proxy of the lab (proxy.rs), and nothing else: the mirror answers what comes through its tunnels, and Azure's own.
