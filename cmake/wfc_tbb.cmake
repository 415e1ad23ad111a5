find_package(TBB REQUIRED)
