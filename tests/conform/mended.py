"""The minimal programs of differences that were found and mended, by rule: each must agree with the kernel from now on."""

MENDED = (
    # PIPE-21, FD-09: whence, and addresses that nobody can have, are looked at first
    ('PIPE-21', 'pipe(0);lseek(3,0,-1);'),
    ('FD-09', 'pipe(0);read(3,1,3);'),
    ('FD-09', 'open(0,66,420);pread(3,0,0,3);pwrite(3,0,100,3);open(15,0,0);read(4,1,3);'),
    # FD-10
    ('FD-10', 'readv(4,-1,3,0,7);pipe(0);writev(3,3,-9,1,0);readv(3,1025,1,0,0);open(15,0,0);readv(5,0,0,0,0);'),
    # FD-11
    ('FD-11', 'epoll_create1(0);isatty(3);ioctl(3,0,0);'),
    # FD-12
    ('FD-12', 'open(19,131072,0);fcntl(3,3,0);mkfifo(1,511);open(1,3074,0);fcntl(4,3,0);'),
    # FILE-01, FILE-06, FILE-08, FILE-11, FILE-13, FILE-14
    ('FILE-01', 'open(0,65,511);open(8,66,511);open(8,194,511);mkdir(3,511);open(9,64,511);'),
    ('FILE-06', 'open(20,1,0);pwrite(3,64,100,0);pwrite(3,0,0,0);write(3,0,0);open(19,0,0);pread(4,10,5,0);pwrite(4,1,0,0);'),
    ('FILE-08', 'rename(0,90);mkdir(0,511);mkdir(3,365);rename(3,10);rename(0,14);'),
    ('FILE-11', 'open(0,66,420);mkfifo(8,0);mknod(0,8703,259);mknod(1,8703,259);mkdir(3,365);link(3,6);link(15,2);'),
    ('FILE-13', 'mkdir(0,511);mkdir(3,365);rename(3,10);'),
    ('FILE-14', 'mkdir(3,511);open(3,0,0);lseek(3,100,0);lseek(3,-1,1);lseek(3,-200,1);'),
    ('FILE-15', 'pipe(0);fchmod(3,0);fstat(4,0);fchmod(4,4095);fstat(3,0);fork{fchmod(3,420);};wait(1);fstat(3,0);write(4,1,0);read(3,1,0);'),
    ('FILE-15', 'epoll_create(1);fchmod(3,420);fstat(3,0);fchmod(1,420);open(20,0,0);fchmod(4,438);mkfifo(0,438);open(0,2,0);fchmod(5,0);fstat(5,0);open(0,2,0);'),
    ('FILE-14', 'open(18,0,0);lseek(3,0,5);lseek(3,7,0);'),
    # POLL-12: an instance that was closed first, and POLL-15
    ('POLL-12', 'epoll_create1(0);pipe2(2048,0);epoll_ctl(3,1,4,1,0);close(4);fork{_exit(1);};wait(1);'),
    ('POLL-12', 'dup2(0,5);epoll_create1(0);pipe2(2048,0);epoll_ctl(3,1,4,1,0);close(4);fork{_exit(1);};wait(1);'),
    ('POLL-15', 'epoll_wait(99,-1,0,3,0);epoll_create1(0);epoll_wait(3,1073741824,0,3,0);epoll_wait(3,1,0,3,0);epoll_wait(0,1,0,0,0);'),
    ('POLL-12', 'pipe2(2048,0);epoll_create1(0);write(4,65536,0);epoll_ctl(5,1,3,2147483653,0);epoll_wait(5,4,0,0,10);write(4,2,0);epoll_wait(5,4,0,0,0);epoll_wait(5,4,0,0,0);write(4,2,2);epoll_wait(5,4,0,0,0);'),
    ('POLL-12', 'pipe2(2048,0);epoll_create(10);epoll_ctl(5,1,4,2147483653,0);epoll_wait(5,4,1,0,0);write(4,3,0);epoll_wait(5,4,0,0,0);read(3,3,0);epoll_wait(5,4,0,0,0);'),
    ('POLL-12', 'pipe2(2048,0);epoll_create(10);epoll_ctl(5,1,3,2147483653,0);write(4,65536,0);epoll_wait(5,4,1,0,0);read(3,65536,0);write(4,1,0);epoll_wait(5,4,0,0,0);'),
    ('POLL-12', 'mkfifo(0,438);open(0,2050,0);epoll_create(10);epoll_ctl(4,1,3,2147483653,0);epoll_wait(4,4,1,0,0);write(3,3,0);epoll_wait(4,4,0,0,0);read(3,3,0);epoll_wait(4,4,0,0,0);close(3);'),
    ('FD-10', 'open(20,2049,438);writev(3,2,0,0,0);readv(3,2,0,0,0);writev(3,0,0,0,0);write(3,0,0);'),
    # FD-15
    ('FD-15', 'epoll_create1(0);epoll_ctl(3,1,0,1,0);epoll_ctl(3,1,2,4,0);dup(0);close(0);epoll_wait(3,4,0,0,0);close(4);epoll_wait(3,4,0,0,0);dup2(3,2);epoll_wait(3,4,0,0,0);'),
    ('FD-15', 'epoll_create1(0);epoll_ctl(3,1,0,1,0);close(0);epoll_wait(3,4,0,0,0);pipe(0);epoll_ctl(3,1,0,1,0);epoll_wait(3,4,0,0,0);'),
    ('FD-15', 'epoll_create1(0);epoll_ctl(3,1,0,1,0);fork{close(0);epoll_wait(3,4,0,0,0);};close(0);wait(1);epoll_wait(3,4,0,0,0);'),
    ('FD-15', 'epoll_create1(0);epoll_ctl(3,1,2,2147483652,0);epoll_wait(3,4,0,0,0);write(2,10,0);epoll_wait(3,4,10,0,0);write(2,20000,0);epoll_wait(3,4,10,0,0);'),
    ('FD-15', 'epoll_create1(0);epoll_ctl(3,1,0,2147483653,0);epoll_wait(3,4,0,0,0);write(0,10,0);epoll_wait(3,4,10,0,0);epoll_ctl(3,3,0,2147483653,0);epoll_wait(3,4,0,0,0);'),
    # A timer that is set to nothing keeps no interval
    ('SIG-23', 'setitimer(0,0,0,5,0,0);getitimer(0);setitimer(0,0,0,0,0,0);'),
    # What is left of a repeating timer that has gone off is its interval
    ('SIG-23', 'sigaction(14,2,2147483648,0,0);setitimer(0,100,0,7,250,0);pause();alarm(100);'),
    # FILE-08: paths first, then the last names
    ('FILE-08', 'rename(93,6);rename(93,93);rename(0,93);open(0,65,511);rename(0,93);rename(93,0);rename(93,15);rename(94,0);'),
    # PROC-23
    ('PROC-23', 'waitid(0,2,6,0);waitid(5,3,0,0);waitid(0,2,0,3);fork{};waitid(0,2,4,0);waitid(0,2,4,0);'),
    # SIG-08, SIG-12, SIG-14, SIG-23, SIG-26, SIG-37
    ('SIG-08', 'sigaction(10,3,0,34304,0);sigaction(10,-1,0,0,0);sigset(9,9);sigset(9,0);'),
    ('SIG-12', 'raise(10);getuid(0);'),
    ('SIG-12', 'kill(1,13);getuid(0);'),
    ('SIG-26', 'kill(1,19);getuid(0);'),
    ('SIG-14', 'tgkill(2,2,65);sigqueue(3,65,31);kill(7,1000);kill(1,1000);killpg(7,65);'),
    ('SIG-23', 'setitimer(3,100,0,0,0,3);setitimer(3,0,0,0,0,0);'),
    ('SIG-37', 'sigaction(10,2,0,0,0);sigprocmask(0,1);raise(10);ppoll(0,0,0,0,0,0,0);sigpending();'),
    ('SIG-37', 'sigaction(10,2,0,0,0);sigprocmask(0,1);raise(10);pselect(0,-1,-1,-1,0,0);epoll_create1(0);epoll_pwait(3,1,0,0,0);'),
    # SIG-45, SIG-41, SIG-42, SIG-43, SIG-44
    ('SIG-34', 'siginterrupt(10,1);signal(10,2);sigaction(10,-1,0,0,0);siginterrupt(10,0);signal(10,2);sigaction(10,-1,0,0,0);siginterrupt(9,1);'),
    ('SIG-34', 'siginterrupt(12,1);fork{signal(12,2);sigaction(12,-1,0,0,0);};wait(1);sigaction(12,2,0,268435456,0);sigaction(12,-1,0,0,0);'),
    ('SIG-45', 'sigrelse(32);sighold(33);sigaction(33,-1,0,0,0);raise(32);sigpause(32);'),
    ('SIG-41', 'sigprocmask(2,131071);raise(10);sigtimedwait(1,0);tgkill(1,1,12);sigtimedwait(2,0);kill(1,12);sigtimedwait(2,0);'),
    ('SIG-42', 'sigset(12,0);fork{sigsuspend(79871);};kill(2,12);'),
    ('SIG-43', 'sigprocmask(2,131071);setitimer(0,100,0,7,250,0);ualarm(0,0);'),
    ('SIG-44', 'sigprocmask(0,131071);fork{};wait(1);ppoll(0,0,0,0,0,0,12);sigpending();'),
    ('SIG-44', 'sigprocmask(0,131071);fork{};wait(1);sigsuspend(131039);'),
    ('SIG-24', 'signal(17,1);sigprocmask(2,131071);fork{};wait(1);sigpending();'),
    ('SIG-24', 'signal(17,0);sigprocmask(2,131071);fork{};wait(1);sigpending();'),
    # SHM-15, GEN-15, PIPE-19, PROC-24
    ('SHM-15', 'mmap(0,10,3,35);mmap(0,4096,3,33);munmap(0,4611686018427387904,0);'),
    ('GEN-15', 'clock_nanosleep(0,3);clock_nanosleep(0,10);clock_nanosleep(1000000000,6);clock_gettime(10);'),
    ('PIPE-19', 'pipe(0);fcntl(3,1031,-2147483648);'),
    # Main stays a zombie until all others have ended
    ('PROC-06', 'fork{kill(6,0);nanosleep(0,1000000);kill(6,0);nanosleep(0,1000000);kill(6,0);getppid();};_exit(3);'),
    ('PROC-06', 'fork{fork{kill(6,0);nanosleep(0,1000000);};fork{nanosleep(0,1000000);kill(6,0);};_exit(2);};_exit(3);'),
    ('PROC-24', 'fork{setpgid(0,0);};waitpid(0,0,1);'),
    ('PROC-24', 'wait(1);fork{setsid();};waitid(2,1,16777220,0);'),
    # FD-14
    ('FD-14', 'pipe(0);fork{fcntl(3,4,2048);};read(3,1,0);'),
    ('FD-14', 'pipe(0);fork{ioctl(3,1,1);};read(3,1,0);'),
    ('FD-14', 'pipe(0);fork{fcntl(3,4,2048);write(4,1,0);read(3,1,0);};read(3,1,0);'),
    ('FD-14', 'pipe(0);fcntl(4,1031,4096);write(4,4000,0);fork{fcntl(4,4,2048);read(3,4000,0);};write(4,10000,0);'),
)
