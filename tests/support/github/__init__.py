"""A GitHub for tests: a world with a real git history behind it, and a server that shows it as GitHub's REST API does.

    history   commits, made by the hundred thousand with `git fast-import`; their graph
    world     repositories, pull requests, runs, deployments, issues, each with its times; what a scenario calls
    generate  large worlds from a seed
    shapes    what GitHub's API says of the world's things, as of a moment
    routes    which address shows what
    server    HTTP: pages, ETags, quota, rights, tokens
    tokens    who asks: rights, quotas, and the JSON Web Tokens of Apps
    faults    what goes wrong on the way
    truth     the delivery metrics of a world by git and SQL
    scenarios worlds by name
    cases     small worlds, each about one thing, with what a person counts in them
    serve     runs a scenario by hand
"""
