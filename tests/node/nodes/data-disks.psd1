@{ Base = 'vhd-2019-containerd'; Description = 'the prepared image with two raw data disks and two raw local ones'; DataDisks = 2; LocalDisks = 2 }
