using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Akka.Persistence")]
[assembly: InternalsVisibleTo("Akka.Persistence.Sqlite")]
[assembly: InternalsVisibleTo("Akka.Remote")]
[assembly: InternalsVisibleTo("Akka.Hosting")]
[assembly: InternalsVisibleTo("Akka.TestKit")]
[assembly: InternalsVisibleTo("Akka.Logger.Serilog")]
