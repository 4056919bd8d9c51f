// The requests tried on each surface: register, log in, read the own profile.

/**
 * Bodies are the examples of the documents: users who try an operation send these first, so they must work. `own` is
 * merged into the example of the registration, because all surfaces share one account store; `by` is the field that
 * identifies the account at login. `token` and `email` find those in the responses.
 */
export const SURFACES = [
  {
    name: "djoser",
    register: { method: "POST", path: "/auth/users/", status: 201 },
    own: { username: "ada", email: "ada@djoser.example.com" },
    logIn: { method: "POST", path: "/auth/token/login/", status: 200 },
    by: "username",
    token: (answer) => answer.auth_token,
    profile: { method: "GET", path: "/auth/users/me/", status: 200 },
    email: (answer) => answer.email,
  },
  {
    name: "users",
    register: { method: "POST", path: "/api/users/register/", status: 201 },
    own: { email: "ada@users.example.com" },
    logIn: { method: "POST", path: "/api/users/login/", status: 200 },
    by: "email",
    token: (answer) => answer.data.tokens.access,
    profile: { method: "GET", path: "/api/users/profile/", status: 200 },
    email: (answer) => answer.data.email,
  },
  {
    name: "api",
    register: { method: "POST", path: "/api/auth/register/", status: 201 },
    own: { username: "ada.api", email: "ada@api.example.com" },
    logIn: { method: "POST", path: "/api/auth/login/", status: 200 },
    by: "email",
    token: (answer) => answer.access,
    profile: { method: "GET", path: "/api/auth/me/", status: 200 },
    email: (answer) => answer.email,
  },
  {
    name: "v1",
    register: { method: "POST", path: "/api/v1/auth/register", status: 200 },
    own: { email: "ada@v1.example.com" },
    logIn: { method: "POST", path: "/api/v1/token/pair", status: 200 },
    by: "email",
    token: (answer) => answer.access,
    profile: { method: "GET", path: "/api/v1/users/me", status: 200 },
    email: (answer) => answer.email,
  },
];
