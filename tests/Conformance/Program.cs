using SshLog.Conformance.Tests.Persistence;

// The test project is also the program that KilledWriterTests starts and kills.
return args is [KilledWriter.Argument, var database] ? await KilledWriter.RunAsync(database) : 64;
