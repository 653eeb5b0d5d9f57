"""Plans, blocks and times: of one database, of two compared, of indexes taken away."""
