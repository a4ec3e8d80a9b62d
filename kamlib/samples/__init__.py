"""A generated company to learn, test and measure with: seeded, invented, and labelled as such.

No name, figure or event in it is real. See `kamlib.samples.company.generate_company`.
"""
