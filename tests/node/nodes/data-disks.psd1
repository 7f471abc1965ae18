@{ Base = 'vhd-2019-containerd'; Description = 'the prepared image with two raw data disks'; DataDisks = 2 }
