module rosfleet.io/lab/images/pause

go 1.26
