"""A plain function over many items: here, in processes, on a cluster; named in `plugins.MAPPERS`."""
