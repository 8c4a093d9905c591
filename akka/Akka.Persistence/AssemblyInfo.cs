using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Akka.Persistence.Sqlite")]
